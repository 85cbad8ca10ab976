/// What a hook is attached to, by its index in the model's graph.
public enum HookSite: Hashable, Sendable {
  case parameter(Int)
  /// A module, or for a tensor hook its output.
  case module(Int)
}

/// How a hook keeps what it sees when it fires more than once in a step.
public enum CaptureMode: String, Sendable, CaseIterable {
  /// The clone of the last one, of the first one, the sum of all, or every one on a leading axis.
  case last, first, sum, all
  /// No clone. A stored `.grad` changes with everything that is done to it afterwards.
  case reference
}

/// What a hook's store is keyed by.
public enum HookSlot: String, Sendable, CaseIterable {
  case param
  /// One slot per module (the closure of huggingface/peft #1893): the last parameter to fire stays.
  case module
}

/// A hook as it is registered, one ID for all its sites.
public struct Hook: Sendable, Equatable {
  public let id: Int
  public let placement: HookPlacement
  public let capture: CaptureMode
  public let slot: HookSlot
  /// The hook returns the gradient times this number instead of nothing.
  public let scale: Double?
  public let sites: [HookSite]

  public init(
    id: Int, placement: HookPlacement, capture: CaptureMode = .last, slot: HookSlot = .param,
    scale: Double? = nil, sites: [HookSite]
  ) {
    self.id = id
    self.placement = placement
    self.capture = capture
    self.slot = slot
    self.scale = scale
    self.sites = sites
  }
}
