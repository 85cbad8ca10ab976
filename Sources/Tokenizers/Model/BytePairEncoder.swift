/// Takes words apart into tokens. One of these serves a whole text: it keeps its buffers, and the
/// words that it has seen.
struct BytePairEncoder {
  private struct Symbol {
    var id: UInt32
    var previous: Int
    var next: Int
    /// Merged into the symbol before it.
    var isGone = false
  }

  private struct Candidate {
    let rank: UInt32
    let position: Int
    let id: UInt32

    func precedes(_ other: Candidate) -> Bool {
      rank != other.rank ? rank < other.rank : position < other.position
    }
  }

  /// What is remembered: words are short and repeat, so that more would help little.
  private static let mostWords = 1 << 16
  private static let longestWord = 256

  private let model: BytePairModel
  private var known: [ArraySlice<UInt8>: Range<Int>] = [:]
  private var knownIDs: [Int] = []
  private var symbols: [Symbol] = []
  private var queue: [Candidate] = []

  init(_ model: BytePairModel) { self.model = model }

  /// Appends the ids of one word, which is written in the byte alphabet.
  mutating func append(_ word: ArraySlice<UInt8>, to ids: inout [Int]) throws(TokenizerError) {
    if let range = known[word] {
      ids.append(contentsOf: knownIDs[range])
      return
    }
    let start = ids.count
    if model.ignoresMerges, let id = model.id(of: Array(word)) {
      ids.append(Int(id))
    } else {
      try spell(word)
      merge()
      for symbol in symbols where !symbol.isGone { ids.append(Int(symbol.id)) }
    }
    if word.count <= BytePairEncoder.longestWord, known.count < BytePairEncoder.mostWords {
      known[word] = knownIDs.count..<(knownIDs.count + ids.count - start)
      knownIDs.append(contentsOf: ids[start...])
    }
  }

  /// One symbol for each byte. One that the vocabulary lacks becomes the unknown token, or nothing.
  private mutating func spell(_ word: ArraySlice<UInt8>) throws(TokenizerError) {
    symbols.removeAll(keepingCapacity: true)
    var endsUnknown = false
    for byte in ByteAlphabet.decode(Array(word)) {
      if let id = model.byteIDs[Int(byte)] {
        add(id)
        endsUnknown = false
      } else if let unknown = model.unknown {
        guard let id = unknown.id else { throw .unknownByte(byte, unknownToken: unknown.token) }
        if !(endsUnknown && unknown.isFused) { add(id) }
        endsUnknown = true
      }
    }
    if let last = symbols.indices.last { symbols[last].next = -1 }
  }

  private mutating func add(_ id: UInt32) {
    symbols.append(Symbol(id: id, previous: symbols.count - 1, next: symbols.count + 1))
  }

  private mutating func merge() {
    queue.removeAll(keepingCapacity: true)
    for position in symbols.indices.dropLast() { enqueue(position, position + 1) }
    while let first = dequeue() {
      let left = symbols[first.position]
      guard !left.isGone, left.next >= 0 else { continue }
      let right = symbols[left.next]
      // The neighbours may have changed since this candidate was queued. That they still make the same
      // token is what the tokenizers package checks, not that they are still the same two.
      guard model.merge(left.id, right.id)?.id == first.id else { continue }
      symbols[first.position].id = first.id
      symbols[first.position].next = right.next
      symbols[left.next].isGone = true
      if right.next >= 0 { symbols[right.next].previous = first.position }
      if left.previous >= 0 { enqueue(left.previous, first.position) }
      if right.next >= 0 { enqueue(first.position, right.next) }
    }
  }

  private mutating func enqueue(_ left: Int, _ right: Int) {
    guard let merge = model.merge(symbols[left].id, symbols[right].id) else { return }
    queue.append(Candidate(rank: merge.rank, position: left, id: merge.id))
    var child = queue.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard queue[child].precedes(queue[parent]) else { break }
      queue.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func dequeue() -> Candidate? {
    guard let first = queue.first, let last = queue.popLast() else { return nil }
    guard !queue.isEmpty else { return first }
    queue[0] = last
    var parent = 0
    while 2 * parent + 1 < queue.count {
      var child = 2 * parent + 1
      if child + 1 < queue.count, queue[child + 1].precedes(queue[child]) { child += 1 }
      guard queue[child].precedes(queue[parent]) else { break }
      queue.swapAt(child, parent)
      parent = child
    }
    return first
  }
}
