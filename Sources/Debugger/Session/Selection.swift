/// What the panes show: a parameter, and a hook that sees it. Names and IDs, so that a model that is made anew with an
/// adapter, another rank or DoRA keeps what was chosen.
public struct Selection: Sendable, Equatable {
  /// The full name; nil is the parameter that says most.
  public var parameter: String?
  /// The hook's ID; nil is the first one on each parameter.
  public var hook: Int?

  public init(parameter: String? = nil, hook: Int? = nil) {
    (self.parameter, self.hook) = (parameter, hook)
  }
}
