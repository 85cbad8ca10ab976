import Autograd
import Tensors
import Training

/// Two branches side by side, after the same step where both have it.
public struct BranchComparison: Sendable {
  /// One branch's side.
  public struct Side: Sendable {
    public let branch: String
    public let step: Int
    public let loss: Double?
  }

  /// A parameter on both branches.
  public struct Row: Sendable {
    public let parameter: String
    public let ours: Comparison?
    public let theirs: Comparison?
    /// norm(ours - theirs)/norm(theirs) of the values after the step; nil if only one branch has it in this shape.
    public let difference: Double?
  }

  public let ours: Side
  public let theirs: Side
  /// The last step that both share; 0 is the beginning.
  public let commonSteps: Int
  /// Settings, hooks and the like that are not the same.
  public let settings: [(name: String, ours: String, theirs: String)]
  public let rows: [Row]
}

extension Session {
  /// Compares what is observed here with the same step of another branch, or its last one if it is shorter.
  public func compare(with index: Int) throws(DebuggerError) -> BranchComparison {
    guard timeline.branches.indices.contains(index), index != timeline.position else {
      throw DebuggerError("that is the branch you are on; 'info branches' lists the others", word: 0)
    }
    guard let state, let graph else { throw Session.noModel }
    var other = self
    try other.switchBranch(to: index)
    let step = min(max(self.step, other.timeline.current.base), other.timeline.current.end)
    if step != other.step { try other.travel(to: step) }
    let (mine, yours) = (observed, other.observed)
    var rows: [BranchComparison.Row] = []
    for (place, parameter) in graph.parameters.enumerated() where parameter.requiresGrad {
      let counterpart = other.graph?.parameters.firstIndex { $0.name == parameter.name && $0.shape == parameter.shape }
      let theirs = counterpart.flatMap { other.state?.parameters[$0].converted(to: .float64) }
      let own = state.parameters[place].converted(to: .float64)
      let difference = theirs.map { own.isIdentical(to: $0) ? 0 : (own - $0).norm / $0.norm }
      rows.append(
        BranchComparison.Row(
          parameter: parameter.name, ours: mine?.record(of: place)?.comparison,
          theirs: counterpart.flatMap { yours?.record(of: $0)?.comparison }, difference: difference))
    }
    return BranchComparison(
      ours: .init(branch: timeline.current.name, step: self.step, loss: mine?.loss),
      theirs: .init(branch: other.timeline.current.name, step: other.step, loss: yours?.loss),
      commonSteps: timeline.sharedSteps(timeline.position, index), settings: differingSettings(other), rows: rows)
  }

  private func differingSettings(_ other: Session) -> [(name: String, ours: String, theirs: String)] {
    var pairs = Setting.all.map { ($0.name, $0.get(configuration), $0.get(other.configuration)) }
    pairs.append(("model", configuration.model?.command ?? "none", other.configuration.model?.command ?? "none"))
    pairs.append(("data", configuration.dataset?.words ?? "none", other.configuration.dataset?.words ?? "none"))
    pairs.append(("loss", configuration.loss.words, other.configuration.loss.words))
    func hooks(_ session: Session) -> String { session.configuration.hooks.map(\.words).joined(separator: "; ") }
    pairs.append(("hooks", hooks(self), hooks(other)))
    return pairs.filter { $0.1 != $0.2 }
  }
}

extension Timeline {
  /// Where two branches part: the last step they have in common.
  func sharedSteps(_ a: Int, _ b: Int) -> Int {
    func forks(_ index: Int) -> [String: Int] {
      // Of each branch on the way to the root: up to which of its steps it was followed.
      var (limits, limit, branch): ([String: Int], Int, Branch?) = ([:], branches[index].end, branches[index])
      while let here = branch {
        limits[here.name] = limit
        limit = min(limit, here.origin?.step ?? limit)
        branch = here.origin.flatMap { origin in branches.first { $0.name == origin.branch } }
      }
      return limits
    }
    let (first, second) = (forks(a), forks(b))
    return first.compactMap { name, limit in second[name].map { min(limit, $0) } }.max() ?? 0
  }
}
