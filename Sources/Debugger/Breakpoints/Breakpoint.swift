import Training

/// Something that stops a run: a place in the step, or a value that changes.
public struct Breakpoint: Sendable {
  public enum Kind: Sendable {
    /// An event of this kind, and on this parameter or module; either may be left open.
    case event(BreakPlace?, on: HookSite?)
    /// An expression whose value changes; `last` is what it came to before.
    case watch(Expression, last: Value?)
  }

  public let id: Int
  /// As it was typed: `at clip_norm if loss > 2`.
  public let words: String
  public internal(set) var kind: Kind
  /// Stops only where this holds.
  let condition: Expression?
  public let isTemporary: Bool
  public internal(set) var isEnabled = true
  public internal(set) var hits = 0

  public var isWatch: Bool { if case .watch = kind { true } else { false } }
}

/// An expression whose value is shown at every stop.
public struct Display: Sendable {
  public let id: Int
  public let text: String
  public let expression: Expression
}

/// What stops runs, and what is shown then. It belongs to the debugger, not to the training: time travel leaves it.
public struct StopList: Sendable {
  public internal(set) var breakpoints: [Breakpoint] = []
  public internal(set) var displays: [Display] = []
  /// NaN and inf stop a run, with the event that made them. It has the number 0.
  public internal(set) var stopsAtNonFinite = true
  var nextBreakpoint = 1
  var nextDisplay = 1
  /// A run has been stopped by NaN or inf, and they are not gone.
  var nonFinite = NonFiniteWatch()

  /// Whether anything chosen by the user can stop a run.
  public var isArmed: Bool { breakpoints.contains(where: \.isEnabled) }
}

/// Why a run stopped.
public struct Stop: Sendable {
  public enum Reason: Sendable {
    case breakpoint(Int)
    case watch(Int, expression: String, old: Value?, new: Value)
    /// Where NaN or inf came up.
    case nonFinite(String)
  }

  public let reason: Reason
  /// The step it happened in, and the event of it; 0 if the step is over.
  public let step: Int
  public let events: Int
  public let event: String
}
