// A decoder forgets in which order an object's keys stood, and passes over one that stands twice. Both matter in
// places, so the text is looked through once more; a decoder has taken it before, so it is known to be JSON.

/// The keys of the JSON object that begins at or after `start`, in their order, as they are written: escapes stay; with
/// the place of each one's closing quote.
func jsonKeys(_ text: UnsafeRawBufferPointer, from start: Int = 0) -> [(key: [UInt8], end: Int)] {
  var keys: [(key: [UInt8], end: Int)] = []
  var (depth, index) = (0, start)
  while index < text.count {
    switch text[index] {
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      depth -= 1
      if depth == 0 { return keys }
    case UInt8(ascii: "\""):
      let first = index + 1
      index = endOfString(text, from: first)
      if depth == 1, isKey(text, endingAt: index) { keys.append((Array(text[first..<index]), index)) }
    default: break
    }
    index += 1
  }
  return keys
}

/// How many lists and objects are inside of each other, at most.
func jsonDepth(_ text: UnsafeRawBufferPointer) -> Int {
  var (depth, deepest, index) = (0, 0, 0)
  while index < text.count {
    switch text[index] {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      depth += 1
      deepest = max(deepest, depth)
    case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
    case UInt8(ascii: "\""): index = endOfString(text, from: index + 1)
    default: break
    }
    index += 1
  }
  return deepest
}

/// A key that stands twice in a JSON object.
func repeatedKey(_ text: UnsafeRawBufferPointer) -> String? {
  var seen: Set<[UInt8]> = []
  return jsonKeys(text).first { !seen.insert($0.key).inserted }.map { String(decoding: $0.key, as: UTF8.self) }
}

/// Where the object under one of the outermost object's keys begins.
func startOfValue(_ text: UnsafeRawBufferPointer, key: String) -> Int? {
  let wanted = Array(key.utf8)
  return jsonKeys(text).first { $0.key == wanted }.map { $0.end + 1 }
}

/// The place of a string's closing quote.
private func endOfString(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
  var index = start
  while index < text.count, text[index] != UInt8(ascii: "\"") {
    index += text[index] == UInt8(ascii: "\\") ? 2 : 1
  }
  return min(index, text.count)
}

private func isKey(_ text: UnsafeRawBufferPointer, endingAt quote: Int) -> Bool {
  var index = quote + 1
  while index < text.count, [0x20, 0x09, 0x0a, 0x0d].contains(text[index]) { index += 1 }
  return index < text.count && text[index] == UInt8(ascii: ":")
}
