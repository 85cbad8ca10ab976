extension Command {
  static let tour = Command(
    name: "tour", group: .sessions, usage: ["tour"], summary: "play the built-in tour: the case of peft #1893",
    example: "tour", mostArguments: 0, isKept: { _ in false }
  ) { interpreter, _ throws(CommandError) in
    try interpreter.checkDepth()
    try interpreter.putOn(Film(name: BuiltInTour.name, text: BuiltInTour.text), fresh: false)
  }
}
