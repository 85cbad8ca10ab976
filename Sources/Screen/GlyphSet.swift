/// The glyphs a screen is drawn with: Unicode, or ASCII where the terminal's encoding has no more.
public struct GlyphSet: Sendable, Equatable {
  let horizontal: Character
  let vertical: Character
  let tee: Character
  let branch: Character
  let marker: Character
  let separator: String
  let arrow: String
  /// From low to high, for a line of small bars.
  let bars: [Character]
  let more: String
  let times: String
  let plusMinus: String
  /// Moments of a timeline: gone by, the present one, those ahead, and where a branch leaves.
  let past: Character
  let here: Character
  let ahead: Character
  let fork: Character
  let breakpoint: Character
  /// A mark below something.
  let pointer: Character
  /// The part of a small map that is visible.
  let seen: Character
  /// A box's corners: top left, top right, bottom left, bottom right.
  let corners: [Character]

  public static let unicode = GlyphSet(
    horizontal: "─", vertical: "│", tee: "┬", branch: "├", marker: "▸", separator: " · ", arrow: " → ",
    bars: Array("▁▂▃▄▅▆▇█"),
    more: "…", times: "×", plusMinus: "±", past: "●", here: "◆", ahead: "○", fork: "┬", breakpoint: "■", pointer: "▲",
    seen: "▪", corners: Array("┌┐└┘"))
  public static let ascii = GlyphSet(
    horizontal: "-", vertical: "|", tee: "+", branch: "+", marker: ">", separator: " - ", arrow: " -> ",
    bars: Array("_.-=+*#@"),
    more: "~", times: "x", plusMinus: "+-", past: "*", here: "@", ahead: ".", fork: "+", breakpoint: "!", pointer: "^",
    seen: "o", corners: Array("++++"))

  /// A row of bars, scaled to the largest value.
  func sparkline(_ values: [Double]) -> String {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return "" }
    let span = high - low
    return String(
      values.map { value in
        guard value.isFinite else { return "!" }
        let place = span > 0 ? (value - low) / span : 0.5
        return bars[min(bars.count - 1, Int(place * Double(bars.count)))]
      })
  }
}
