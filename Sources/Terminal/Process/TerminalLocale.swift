import Glibc

/// The character set that the user's environment asks for, and the one we work in.
///
/// readline and ncurses count columns with the C library, which knows only bytes in the C
/// locale. So the process works in UTF-8 always, and `isUTF8` says what was really wanted.
@MainActor
public enum TerminalLocale {
  private static var wanted: Bool?

  /// Whether the environment asks for UTF-8; when it does not, draw with ASCII glyphs.
  ///
  /// The first use sets the process's character set.
  public static var isUTF8: Bool {
    if let wanted { return wanted }
    let answer = prepare()
    wanted = answer
    return answer
  }

  private static func prepare() -> Bool {
    let named = Environment["LC_ALL"] ?? Environment["LC_CTYPE"] ?? Environment["LANG"] ?? ""
    let asksForUTF8 = namesUTF8(named)
    // Only characters: numbers keep C's decimal point.
    setlocale(LC_CTYPE, "")
    if worksInUTF8 { return true }
    for name in ["C.UTF-8", "en_US.UTF-8"] where setlocale(LC_CTYPE, name) != nil {
      // readline reads the environment again when it starts.
      setenv("LC_ALL", name, 1)
      break
    }
    return asksForUTF8
  }

  private static var worksInUTF8: Bool {
    guard let name = nl_langinfo(nl_item(CODESET)) else { return false }
    return String(cString: name) == "UTF-8"
  }

  /// Whether a locale's name, such as `de_AT.utf8@euro`, says UTF-8.
  nonisolated static func namesUTF8(_ locale: String) -> Bool {
    let lowercase = locale.lowercased()
    return lowercase.contains(".utf-8") || lowercase.contains(".utf8")
  }
}
