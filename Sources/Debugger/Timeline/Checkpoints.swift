import Training

/// Training states along a branch, few enough to keep: every step's at first, then every second, fourth, ... one,
/// and in any case those of the newest steps. A state between two of them is run again, bit for bit.
struct Checkpoints: Sendable {
  struct Checkpoint: Sendable {
    /// Steps of the branch that were taken before.
    let index: Int
    let state: TrainingState
  }

  /// What all states together may take, and their number.
  private static let byteLimit = 128 << 20
  private static let countLimit = 1024
  /// The newest steps whose states are kept one by one; up to twice as many between two clearings.
  private static let newestCount = 16

  private var sparse: [Checkpoint] = []
  private var newest: [Checkpoint] = []
  /// Steps from one to the next.
  private(set) var interval = 1
  private(set) var bytesEach = 0

  var count: Int { sparse.count + newest.count { $0.index % interval != 0 } }
  /// An estimate: what is trained, its gradients and what an optimizer keeps.
  var bytes: Int { count * bytesEach }

  mutating func add(_ state: TrainingState, at index: Int, plan: TrainingPlan) {
    // An optimizer has all its buffers after two steps; a stretch of other steps may need more.
    if index < 3 || index % 64 == 0 { bytesEach = max(bytesEach, plan.trainableBytes(state) * state.copiesPerStep) }
    if index % interval == 0 { sparse.append(Checkpoint(index: index, state: state)) }
    while sparse.count > Checkpoints.countLimit
      || (sparse.count > 1 && sparse.count * bytesEach > Checkpoints.byteLimit)
    {
      interval *= 2
      sparse.removeAll { $0.index % interval != 0 }
    }
    guard interval > 1 else { return }
    let kept = max(1, min(Checkpoints.newestCount, Checkpoints.byteLimit / max(bytesEach, 1)))
    if newest.count >= 2 * kept { newest.removeFirst(newest.count - kept) }
    newest.append(Checkpoint(index: index, state: state))
  }

  /// The latest one at or before an index.
  func nearest(to index: Int) -> Checkpoint? {
    let recent = newest.last { $0.index <= index }
    let older = sparse.last { $0.index <= index }
    guard let recent, let older else { return recent ?? older }
    return recent.index > older.index ? recent : older
  }

  /// Those of a branch's first `count` steps.
  func prefix(_ count: Int) -> Checkpoints {
    var part = self
    part.sparse.removeAll { $0.index >= count }
    part.newest.removeAll { $0.index >= count }
    return part
  }
}

extension TrainingState {
  /// Copies of what is trained that a state holds: parameters, gradients, optimizer buffers.
  fileprivate var copiesPerStep: Int {
    1 + (gradients.contains { $0 != nil } ? 1 : 0) + (optimizer.lazy.map(\.buffers.count).max() ?? 0)
  }
}
