import Glibc

/// The system's own words for what went wrong last.
enum SystemReason {
  static var latest: String {
    guard let text = strerror(errno) else { return "error \(errno)" }
    return String(cString: text)
  }
}
