/// The session that opens when none is named: compiled in, so that it works from any directory.
public enum BuiltInTour {
  public static let name = "peft-1893"

  public static var text: String { String(decoding: PackageResources.peft_1893_session, as: UTF8.self) }
}
