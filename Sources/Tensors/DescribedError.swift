/// An error that can be shown to a user as it is: it names the thing, what was expected and what to do.
public protocol DescribedError: Error, CustomStringConvertible {
  var message: String { get }
}

extension DescribedError {
  public var description: String { message }
}
