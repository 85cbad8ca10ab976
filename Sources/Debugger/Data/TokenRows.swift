import Autograd
import Tensors
import Training

/// Rows of token ids, each with the number of ids at its beginning that the loss passes over; from them the
/// micro-batches.
struct TokenRows {
  struct Row {
    var ids: [Int]
    var masked = 0
  }

  /// What the loss passes over.
  static let ignored = -100

  /// Short rows beside a long one take as much as the long one.
  private static let mostNumbers = 1 << 27

  var rows: [Row] = []

  init(_ rows: [Row]) {
    self.rows = rows
  }

  /// No row is longer than `length` afterwards: one row that is a text becomes several, and examples, of which each
  /// stays one, lose their ends. Returns what is to be said about it.
  mutating func fit(into length: Int, isText: Bool) -> [String] {
    let tooLong = rows.indices.filter { rows[$0].ids.count > length }
    if tooLong.isEmpty { return [] }
    if isText {
      let ids = rows[0].ids
      let rest = ids.count % length
      rows = stride(from: 0, to: ids.count - rest, by: length).map { Row(ids: Array(ids[$0..<($0 + length)])) }
      return rest == 0 ? [] : ["the last \(rest) tokens make no whole row and are left out"]
    }
    for index in tooLong { rows[index].ids.removeLast(rows[index].ids.count - length) }
    return ["\(tooLong.count) of \(rows.count) rows were cut to \(length) tokens"]
  }

  mutating func mask(_ count: Int) {
    for index in rows.indices { rows[index].masked = max(rows[index].masked, count) }
  }

  /// Micro-batches of `batch` rows, the last one of what is left. Shorter rows are filled up behind their end with
  /// labels that do not count: no place looks ahead, so that nothing else depends on them.
  func dataset(
    _ words: String, batch: Int, text: (@Sendable ([Int]) -> String)? = nil
  ) throws(DebuggerError) -> (Dataset, [String]) {
    var inputs: [ModelInput] = []
    var targets: [Target] = []
    var (labels, counted) = (0, 0)
    for start in stride(from: 0, to: rows.count, by: max(batch, 1)) {
      let part = rows[start..<min(start + max(batch, 1), rows.count)]
      let length = part.reduce(0) { max($0, $1.ids.count) }
      guard part.count * length <= TokenRows.mostNumbers else {
        throw DebuggerError(
          "\(part.count) rows filled up to \(length) tokens are too much for one micro-batch; use a smaller batch=")
      }
      let shape = Shape(part.count, length)
      let ids = part.flatMap { $0.ids + Array(repeating: 0, count: length - $0.ids.count) }
      let own = part.flatMap { row in
        row.ids.enumerated().map { $0 < row.masked ? TokenRows.ignored : $1 }
          + Array(repeating: TokenRows.ignored, count: length - row.ids.count)
      }
      inputs.append(.tokens(Indices(ids, shape: shape)))
      targets.append(.labels(Indices(own, shape: shape)))
      labels += part.reduce(0) { $0 + $1.ids.count }
      counted += own.enumerated().count { $0 % max(length, 1) > 0 && $1 != TokenRows.ignored }
    }
    var notes = [
      "\(rows.count) row\(rows.count == 1 ? "" : "s") of \(sizes) tokens in \(inputs.count) "
        + "micro-batch\(inputs.count == 1 ? "" : "es"); the loss counts \(counted) of \(labels) tokens"
    ]
    if counted == 0 { notes.append("warning: no token counts: the loss is nan, its gradient 0") }
    return (Dataset(words: words, inputs: inputs, targets: targets, text: text), notes)
  }

  private var sizes: String {
    let counts = rows.map(\.ids.count)
    guard let least = counts.min(), let most = counts.max() else { return "0" }
    return least == most ? "\(most)" : "\(least) to \(most)"
  }
}
