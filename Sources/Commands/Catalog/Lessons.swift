import Debugger

extension Command {
  static let lessons = Command(
    name: "lessons", group: .sessions,
    usage: ["lessons [NAME|N]", "lessons play NAME|N", "lessons next", "lessons reset"],
    summary: "a course on the gradients of LoRA: list the lessons, tell about one, play it, forget what was done",
    details:
      "'next' plays the first one that is not done. A lesson is done when it was played to its end and all that "
      + "it expects held. Where it waits you can try any command; Enter puts the session back and goes on.",
    example: "lessons play 1", mostArguments: 2, isKept: { _ in false },
    complete: { context in
      let lessons = Lesson.all.map { Candidate($0.name, "\($0.number): \($0.title)") }
      guard context.words.count == 1 else { return context.words[1] == "play" ? lessons : [] }
      return [
        Candidate("play", "play a lesson"), Candidate("next", "play the first one that is not done"),
        Candidate("reset", "forget what is done"),
      ] + lessons
    }
  ) { interpreter, statement throws(CommandError) in
    let words = Array(statement.arguments)
    guard let first = words.first else { return interpreter.listLessons() }
    switch (first.text, words.count) {
    case ("play", 2): try interpreter.play(Lesson.find(words[1]))
    case ("play", _): throw CommandError("play which lesson? 'lessons' lists them; write for example: lessons play 1")
    case (_, 2): throw CommandError("write: lessons NAME, or: lessons play NAME", range: words[1].range)
    case ("next", _):
      let done = interpreter.lessonsDone()
      guard let next = Lesson.all.first(where: { !done.contains($0.name) }) else {
        throw CommandError(
          "all \(Lesson.all.count) lessons are done; 'lessons play NAME' plays one again, 'lessons reset' forgets")
      }
      try interpreter.play(next)
    case ("reset", _):
      if let trouble = interpreter.lessonProgress.forget(folder: interpreter.stateFolder) {
        interpreter.emit(.note(trouble))
      } else {
        interpreter.emit(.note("no lesson counts as done now"))
      }
    default:
      let lesson = try Lesson.find(first)
      interpreter.emit(.text(page(lesson, isDone: interpreter.lessonsDone().contains(lesson.name))))
    }
  }

  private static func page(_ lesson: Lesson, isDone: Bool) -> String {
    var table = TextTable([], leftAligned: [0, 1])
    table.add(["you learn", lesson.learns])
    table.add(["it asks", lesson.question])
    table.add(["to play", "lessons play \(lesson.name)"])
    table.add(["", "Enter goes on at each pause; try commands there, they are put back."])
    return "\(lesson.number) \(lesson.name): \(lesson.title)\(isDone ? " (done)" : "")\n" + table.text
  }
}

extension Interpreter {
  mutating func play(_ lesson: Lesson) throws(CommandError) {
    try checkDepth()
    let film = try Film(name: lesson.file, text: lesson.text, putsBack: true) { interpreter, film in
      interpreter.ended(lesson, failedExpectations: film.failedExpectations)
    }
    try putOn(film, fresh: false)
  }

  private mutating func ended(_ lesson: Lesson, failedExpectations: Int) {
    guard failedExpectations == 0 else {
      return emit(.note("lesson \(lesson.number) is not done: not all that it expects held"))
    }
    if let trouble = lessonProgress.add(lesson, folder: stateFolder) { emit(.note(trouble)) }
    let done = lessonProgress.done(folder: stateFolder).names.count
    emit(
      .note(
        "lesson \(lesson.number) is done; \(done) of \(Lesson.all.count) are."
          + (done < Lesson.all.count ? " 'lessons next' plays the next." : "")))
  }

  /// The names of those done; what is wrong with the file that keeps them is told.
  fileprivate func lessonsDone() -> Set<String> {
    let (names, trouble) = lessonProgress.done(folder: stateFolder)
    if let trouble { emit(.note(trouble)) }
    return names
  }

  fileprivate func listLessons() {
    let done = lessonsDone()
    var table = TextTable(["n", "lesson", "what it is about", ""], leftAligned: [1, 2, 3])
    for lesson in Lesson.all {
      table.add([String(lesson.number), lesson.name, lesson.title, done.contains(lesson.name) ? "done" : ""])
    }
    let next = Lesson.all.first { !done.contains($0.name) }
    emit(
      .text(
        table.text + "\n  \(done.count) of \(Lesson.all.count) are done. "
          + (next.map { "'lessons next' plays \($0.number), 'lessons NAME' tells about one." }
            ?? "'lessons reset' forgets that.")))
  }
}
