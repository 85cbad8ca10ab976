import Glibc

/// The environment variables that a terminal program reads.
public enum Environment {
  /// The variable's value, or nil when it is unset or empty.
  public static subscript(name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }
}
