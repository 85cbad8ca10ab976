import COniguruma
import Tensors

/// A regular expression as the tokenizers package understands it: by Oniguruma, in its own syntax.
final class Pattern: Sendable {
  /// Why a pattern cannot be used.
  struct Fault: Error {
    let reason: String
  }

  /// How much backtracking one text may cost. What is found with few retries is free.
  struct Effort {
    fileprivate var left: UInt

    init(bytes: Int) { left = 10_000_000 + 100 * UInt(bytes) }
  }

  private static let freeRetries: UInt = 1000
  /// Some 40 bytes each; a run of letters or spaces takes one per character.
  private static let deepestStack: UInt32 = 4_000_000
  private static let longest = 100_000

  let source: String
  /// Compiled once and then only read: Oniguruma may search with it from several threads.
  nonisolated(unsafe) private let regex: OnigRegex

  init(_ source: String) throws(Fault) {
    UnicodeClasses.prepared
    let bytes = Array(source.utf8)
    guard bytes.count <= Pattern.longest else { throw Fault(reason: "is longer than \(Pattern.longest) bytes") }
    var regex: OnigRegex?
    var info = OnigErrorInfo()
    let status = bytes.withUnsafeBufferPointer { bytes in
      // An empty array may have no address, and Oniguruma wants one.
      withUnsafePointer(to: 0 as UInt8) { empty in
        let start = bytes.baseAddress ?? empty
        return onig_new(
          &regex, start, start + bytes.count, OnigOptionType(ONIG_OPTION_NONE), oniguruma_utf8(),
          oniguruma_syntax(), &info)
      }
    }
    guard status == ONIG_NORMAL, let regex else { throw Fault(reason: Pattern.describe(status, &info)) }
    self.source = source
    self.regex = regex
  }

  /// A pattern that matches this very text.
  convenience init(literally text: String) throws(Fault) {
    let special: Set<Unicode.Scalar> = [
      "\\", ".", "+", "*", "?", "(", ")", "|", "[", "]", "{", "}", "^", "$", "#", "&", "-", "~",
    ]
    var source = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if special.contains(scalar) { source.append("\\") }
      source.append(scalar)
    }
    try self.init(String(source))
  }

  deinit { onig_free(regex) }

  /// All matches from left to right, in positions of `text`. An empty match is not taken right after
  /// another match.
  func matches(in text: ArraySlice<UInt8>, _ effort: inout Effort) throws(TokenizerError) -> [Range<Int>] {
    guard let region = onig_region_new(), let limits = onig_new_match_param() else {
      throw .endlessPattern(source)
    }
    defer {
      onig_region_free(region, 1)
      onig_free_match_param(limits)
    }
    onig_set_match_stack_limit_size_of_match_param(limits, Pattern.deepestStack)
    let offset = text.startIndex
    let found = text.withUnsafeBufferPointer { bytes -> [Range<Int>]? in
      guard let start = bytes.baseAddress else { return [] }
      var found: [Range<Int>] = []
      var position = 0
      var lastEnd: Int?
      while position <= bytes.count {
        let status = search(bytes, start, from: position, region, limits, &effort)
        if status == ONIG_MISMATCH { break }
        guard status >= 0 else { return nil }
        let match = Int(region.pointee.beg[0])..<Int(region.pointee.end[0])
        if match.isEmpty, match.upperBound == lastEnd {
          // Otherwise the same place would match for ever: go on behind its character.
          position += 1
          while position < bytes.count, bytes[position] & 0xC0 == 0x80 { position += 1 }
        } else {
          (position, lastEnd) = (match.upperBound, match.upperBound)
          found.append((match.lowerBound + offset)..<(match.upperBound + offset))
        }
      }
      return found
    }
    guard let found else { throw .endlessPattern(source) }
    return found
  }

  /// Searches with few retries at first and with more for as long as the effort lasts.
  private func search(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: UnsafePointer<UInt8>, from position: Int,
    _ region: UnsafeMutablePointer<OnigRegion>, _ limits: OpaquePointer, _ effort: inout Effort
  ) -> Int32 {
    let end = start + bytes.count
    var retries = Pattern.freeRetries
    while true {
      onig_set_retry_limit_in_search_of_match_param(limits, retries)
      let status = onig_search_with_param(
        regex, start, end, start + position, end, region, OnigOptionType(ONIG_OPTION_NONE), limits)
      guard status == ONIGERR_RETRY_LIMIT_IN_SEARCH_OVER || status == ONIGERR_RETRY_LIMIT_IN_MATCH_OVER,
        effort.left > retries
      else { return status }
      effort.left -= retries
      retries *= 10
    }
  }

  private static func describe(_ status: Int32, _ info: inout OnigErrorInfo) -> String {
    var buffer = [UInt8](repeating: 0, count: Int(ONIG_MAX_ERROR_MESSAGE_LEN))
    let count = buffer.withUnsafeMutableBufferPointer { oniguruma_describe($0.baseAddress, status, &info) }
    // It quotes the pattern as it is.
    return harmless(String(decoding: buffer.prefix(max(0, Int(count))), as: UTF8.self))
  }
}
