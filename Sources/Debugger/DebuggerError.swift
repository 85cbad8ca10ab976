import LoRA
import Models
import Tensors
import Training

/// Why a command could not be carried out. `word` says which of its arguments is at fault.
public struct DebuggerError: DescribedError, Equatable {
  public let message: String
  public var word: Int?
  /// Characters of that argument at fault; nil for all of it.
  public var range: Range<Int>?

  public init(_ message: String, word: Int? = nil, range: Range<Int>? = nil) {
    // What stood in a file must not steer a terminal.
    self.message = harmless(message)
    self.word = word
    self.range = range
  }

  public init(_ error: any DescribedError) {
    self.init(error.message)
  }
}

extension DebuggerError {
  /// Runs `body`, turning the errors of the layers below into this one.
  static func wrap<T, E: DescribedError>(
    word: Int? = nil, _ body: () throws(E) -> T
  ) throws(DebuggerError) -> T {
    do {
      return try body()
    } catch {
      throw DebuggerError(error.message, word: word)
    }
  }
}
