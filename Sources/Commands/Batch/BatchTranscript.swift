import Synchronization

/// What a batch run said last, for a picture of the screen as it would have been.
final class BatchTranscript: Sendable {
  private static let longest = 200
  private let kept = Mutex((name: "", messages: [Message]()))

  /// Another script begins.
  func begin(_ file: String) {
    let name = file.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? file
    kept.withLock { $0 = (name, []) }
  }

  func add(_ message: Message) {
    guard let light = light(message) else { return }
    kept.withLock { kept in
      kept.messages.append(light)
      if kept.messages.count > 2 * BatchTranscript.longest {
        kept.messages.removeFirst(kept.messages.count - BatchTranscript.longest)
      }
    }
  }

  /// A message that holds on to no tensors: what was observed is kept as its text.
  private func light(_ message: Message) -> Message? {
    switch message {
    case .echoed, .said, .text, .note, .warning, .failure, .stop, .expectation, .replay: message
    case .step, .event, .explanations, .comparison, .module, .placements, .display, .printed:
      TextRenderer(color: false).text(message).map { .text($0) }
    }
  }

  func completing(_ request: ScreenRequest) -> ScreenRequest {
    let kept = kept.withLock(\.self)
    var request = request
    (request.name, request.messages) = (kept.name, kept.messages.suffix(BatchTranscript.longest))
    return request
  }
}
