/// All branches of a session, and which of them is being walked on.
public struct Timeline: Sendable {
  public private(set) var branches: [Branch]
  public private(set) var position = 0

  init() {
    branches = [Branch(name: "main")]
  }

  public var current: Branch { branches[position] }

  /// Changes the current branch in its place: a copy of it would copy all its checkpoints.
  mutating func update(_ change: (inout Branch) -> Void) { change(&branches[position]) }

  /// The number of the current branch's last step.
  var end: Int { branches[position].end }

  /// Goes on with a new branch.
  mutating func start(_ branch: Branch) {
    branches.append(branch)
    position = branches.count - 1
  }

  mutating func choose(_ index: Int) { position = index }

  /// A name that no branch has.
  var freshName: String {
    let names = Set(branches.map(\.name))
    return (2...(branches.count + 2)).lazy.map { "b\($0)" }.first { !names.contains($0) } ?? "b"
  }

  /// The branch of a name, or of a number counted from 1.
  public func find(_ word: String) throws(DebuggerError) -> Int {
    if let index = branches.firstIndex(where: { $0.name == word }) { return index }
    if let number = Int(word), (1...branches.count).contains(number) { return number - 1 }
    let names = branches.map(\.name)
    throw DebuggerError(
      "no branch '\(word)'" + didYouMean(word, orOneOf: names), word: 0)
  }
}
