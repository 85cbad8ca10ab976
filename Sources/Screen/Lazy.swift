import Synchronization

/// A value that is computed when it is first asked for and then kept, so that what many frames show is found once.
final class Lazy<Value: Sendable>: Sendable {
  private let known = Mutex<Value?>(nil)
  private let make: @Sendable () -> Value

  init(_ make: @escaping @Sendable () -> Value) {
    self.make = make
  }

  var value: Value {
    known.withLock { known in
      if let known { return known }
      let made = make()
      known = made
      return made
    }
  }
}

/// The same for values that depend on a key, such as a pane's size; only the newest are kept.
final class LazyTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let known = Mutex<[Key: Value]>([:])
  private static var limit: Int { 8 }

  func value(_ key: Key, _ make: () -> Value) -> Value {
    known.withLock { known in
      if let value = known[key] { return value }
      let made = make()
      if known.count >= Self.limit { known = [:] }
      known[key] = made
      return made
    }
  }
}
