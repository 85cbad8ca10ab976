import Debugger
import Glibc
import Training

/// How the list of parameters was asked to be.
public struct ParameterListing: Sendable, Equatable {
  public enum Order: Sendable {
    /// The model's, as a tree of its modules.
    case model
    /// Those first whose c is farthest from 1.
    case departure
  }

  public var order = Order.model
  /// Words that a name must contain.
  public var filter = ""
  /// Whether the filter is being typed.
  public var isTyping = false

  public init() {}
}

/// The rows of the list, made once for a session's state and not for every frame.
struct ParameterRows: Sendable {
  struct Row: Sendable {
    /// Nil is a module that others are in.
    let parameter: Int?
    let depth: Int
    let text: String
    /// The module it is in.
    var path = ""
  }

  let rows: [Row]
  /// The parameters in the order of the rows.
  let parameters: [Int]

  /// Every row is a parameter with its short name.
  init(flat parameters: [Int], _ names: [String]) {
    self.parameters = parameters
    rows = parameters.map { Row(parameter: $0, depth: 0, text: names[$0]) }
  }

  /// Modules with what is in them below, indented.
  init(tree parameters: [Int], _ names: [String]) {
    var builder = TreeBuilder()
    let leaves = parameters.map { TreeBuilder.Leaf(parts: names[$0].split(separator: ".")[...], parameter: $0) }
    builder.add(leaves[...], depth: 0, path: "")
    rows = builder.rows
    self.parameters = rows.compactMap(\.parameter)
  }
}

/// Puts dotted names into a tree; a module that holds only one other is written with it in one row.
private struct TreeBuilder {
  struct Leaf {
    var parts: ArraySlice<Substring>
    let parameter: Int
  }

  var rows: [ParameterRows.Row] = []

  mutating func add(_ leaves: ArraySlice<Leaf>, depth: Int, path: String) {
    var rest = leaves
    while let head = rest.first {
      var group = rest.prefix { $0.parts.first == head.parts.first }
      rest = rest.dropFirst(group.count)
      var label: [Substring] = []
      repeat {
        label += head.parts.dropFirst(label.count).prefix(1)
        group = ArraySlice(group.map { Leaf(parts: $0.parts.dropFirst(), parameter: $0.parameter) })
      } while isChain(group)
      let text = label.joined(separator: ".")
      let own = group.filter(\.parts.isEmpty)
      let inside = group.filter { !$0.parts.isEmpty }
      for leaf in own { row(leaf.parameter, depth, text, path) }
      if own.isEmpty { row(nil, depth, text, path) }
      add(inside[...], depth: depth + 1, path: path.isEmpty ? text : path + "." + text)
    }
  }

  private mutating func row(_ parameter: Int?, _ depth: Int, _ text: String, _ path: String) {
    rows.append(ParameterRows.Row(parameter: parameter, depth: depth, text: text, path: path))
  }

  /// Whether all go on the same way.
  private func isChain(_ group: ArraySlice<Leaf>) -> Bool {
    guard let next = group.first?.parts.first else { return false }
    return group.allSatisfy { $0.parts.first == next }
  }
}

/// What was observed of a parameter that is listed.
struct ObservedParameter: Sendable {
  let isPending: Bool
  /// With the chosen hook where it is on this parameter, with the first one elsewhere.
  let comparison: Comparison

  init(_ record: ParameterRecord, in step: StepRecord?, hook: Int?) {
    isPending = record.isPending
    let isChosen = hook != nil && hook != record.hook
    let reading = isChosen ? hook.flatMap { step?.reading(hook: $0, site: .parameter(record.parameter)) } : nil
    comparison = reading.map { record.comparison(with: $0) } ?? record.comparison
  }
}

extension ParameterRecord {
  /// Against what a hook on it kept; what was compared in the step already is not compared again.
  func comparison(showing hook: SeeingHook?) -> Comparison {
    hook.map { $0.hook.id == self.hook ? comparison : comparison(with: $0.reading) } ?? comparison
  }
}

/// What the list is made from.
struct ParameterCatalog: Sendable {
  /// The full names, to see whether the model is another one.
  private(set) var names: [String] = []
  private(set) var shortNames: [String] = []

  /// Takes over a model's names; those of 420 parameters are not worth making again at every step.
  mutating func match(_ names: [String]) {
    guard names != self.names else { return }
    self.names = names
    shortNames = names.map(NameTable.short)
  }

  /// The parameters whose names have all words of a filter, whatever their case.
  func matching(_ filter: String) -> [Int] {
    let words = filter.lowercased().split(separator: " ")
    guard !words.isEmpty else { return Array(names.indices) }
    return names.indices.filter { index in
      let name = names[index].lowercased()
      return words.allSatisfy { name.contains($0) || shortNames[index].lowercased().contains($0) }
    }
  }

  /// Those first that depart most: no single factor at all, then a factor, then what rounding explains, then what
  /// matches, each by |log c|; what has not moved or is frozen comes last.
  static func departing(_ parameters: [Int], _ records: [Int: ObservedParameter]) -> [Int] {
    struct Place {
      let parameter: Int
      let rank: Int
      let distance: Double
    }
    let places = parameters.map { parameter in
      let record = records[parameter].flatMap { $0.isPending ? nil : $0 }
      // In millionths: factors that are equal but for rounding keep the model's order.
      let distance = record?.comparison.c.map { $0 > 0 ? (abs(log($0)) * 1e6).rounded() : .infinity } ?? .infinity
      return Place(parameter: parameter, rank: record.map { rank($0.comparison.verdict) } ?? 4, distance: distance)
    }
    return places.sorted { first, second in
      if first.rank != second.rank { return first.rank < second.rank }
      return first.distance != second.distance
        ? first.distance > second.distance : first.parameter < second.parameter
    }.map(\.parameter)
  }

  private static func rank(_ verdict: Verdict) -> Int {
    switch verdict {
    case .different, .notSeen, .noUpdate: 0
    case .scaled: 1
    case .belowResolution, .undefined: 2
    case .match: 3
    }
  }
}
