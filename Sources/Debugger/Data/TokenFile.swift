import Tensors

extension TokenRows {
  /// Ids from a file: `input_ids` of a .safetensors file, whose last axis is a row; a JSON list of ids or of rows; or
  /// a JSON object with `input_ids`.
  init(file path: String) throws(DebuggerError) {
    rows = path.hasSuffix(".safetensors") ? try TokenRows.safetensors(path) : try TokenRows.json(path)
    guard !rows.isEmpty, rows.allSatisfy({ !$0.ids.isEmpty }) else {
      throw DebuggerError("\(path) has a row without a token in it", word: 0)
    }
  }

  private static func safetensors(_ path: String) throws(DebuggerError) -> [Row] {
    let ids = try DebuggerError.wrap(word: 0) { () throws(SafetensorsError) in
      try SafetensorsFile(path: path).indices("input_ids")
    }
    let length = ids.shape.columns
    guard ids.shape.rank > 0, length > 0 else {
      throw DebuggerError("\(path): 'input_ids' is \(ids.shape); rows of tokens are needed", word: 0)
    }
    return (0..<ids.shape.rows).map { Row(ids: Array(ids.values[($0 * length)..<(($0 + 1) * length)])) }
  }

  private static func json(_ path: String) throws(DebuggerError) -> [Row] {
    var value = try DebuggerError.wrap(word: 0) { () throws(JSONError) in try JSONValue(path: path) }
    if case .object(let object) = value {
      guard let ids = object["input_ids"] else { throw DebuggerError("\(path) has no 'input_ids'", word: 0) }
      value = ids
    }
    guard case .array(let items) = value else {
      throw DebuggerError("\(path) is no list of token ids; write for example: [[1, 15, 7], [1, 22, 9]]", word: 0)
    }
    let lists = items.allSatisfy { if case .array = $0 { true } else { false } } ? items : [value]
    var rows: [Row] = []
    for case .array(let list) in lists {
      var ids: [Int] = []
      for item in list {
        guard case .integer(let id) = item else {
          throw DebuggerError("\(path): row \(rows.count + 1) has something in it that is no token id", word: 0)
        }
        ids.append(id)
      }
      rows.append(Row(ids: ids))
    }
    return rows
  }
}
