import Commands
import Screen
import Synchronization

/// The screen as somebody sees it, for `export screen`: commands run on another thread than the one that paints.
public final class ScreenPicture: Sendable {
  private struct Shown: Sendable {
    var state = ScreenState()
    var size = Size(columns: 120, rows: 40)
  }

  private let shown = Mutex(Shown())

  /// A picture of what nobody has painted, of a usual size.
  public init() {}

  func keep(_ state: ScreenState, _ size: Size) {
    shown.withLock { $0 = Shown(state: state, size: size) }
  }

  /// What was painted last, with the session as it is now, and without the command that asks for it.
  public func draw(_ request: ScreenRequest) -> String {
    let shown = shown.withLock(\.self)
    var state = shown.state
    state.session = request.session
    state.selection = request.selection
    if !request.name.isEmpty { state.name = request.name }
    state.transcript += request.messages.compactMap(transcriptLine)
    state.prompt = ScreenState.Prompt()
    (state.activity, state.candidates) = ("", [])
    let size = request.size.map { Size(columns: $0.columns, rows: $0.rows) } ?? shown.size
    let grid = render(state, size)
    switch request.picture {
    case .text: return grid.plainText
    case .svg: return grid.svg
    }
  }
}
