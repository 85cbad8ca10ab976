import Commands

/// The controls of the film that is on: what its keys do, when the next command is due.
struct FilmControl {
  enum Action: Hashable {
    case toggle, goOn, faster, slower, leave
    /// So many commands on, or back.
    case move(Int)
    /// To the moment before a command, counted from 0.
    case seek(Int)
  }

  /// What the interpreter says of it; nil when none is on.
  var status: InterpreterWorker.FilmStatus?
  private(set) var isPlaying = false
  /// Where keys want it to be, if it is on its way.
  var goal: Int?
  /// False once Escape has given the prompt back.
  private(set) var isActive = false
  /// Without waiting, to the next pause.
  private var isRushing = false
  private var speed = 3
  private var lastStart: ContinuousClock.Instant?
  /// Where the transcript ended when a command was about to be played.
  private var transcriptEnds: [Int: Int] = [:]

  /// Commands a second.
  private static let speeds: [Double] = [0.5, 1, 2, 4, 8, 16, 32, 64, .infinity]

  /// Whether keys on an empty line are its own.
  var takesKeys: Bool { isActive && status != nil }

  /// Where it is, or is going.
  var place: Int { goal ?? status?.position ?? 0 }

  mutating func begin() {
    (isActive, isPlaying, lastStart, transcriptEnds) = (true, true, nil, [:])
  }

  mutating func play() { (isActive, isPlaying, isRushing) = (true, true, false) }
  mutating func rush() { (isActive, isPlaying, isRushing) = (true, true, true) }
  mutating func pause() { (isPlaying, isRushing) = (false, false) }
  mutating func leave() { (isActive, isPlaying, isRushing) = (false, false, false) }
  mutating func end() { self = FilmControl(speed: speed) }

  init() {}
  private init(speed: Int) { self.speed = speed }

  mutating func changeSpeed(by steps: Int) { speed = max(0, min(FilmControl.speeds.count - 1, speed + steps)) }

  /// A command is about to be played; `transcriptEnd` is how much was said before it.
  mutating func started(transcriptEnd: Int) {
    lastStart = .now
    if let position = status?.position { transcriptEnds[position] = transcriptEnd }
  }

  /// How much had been said before a command was played.
  func transcriptEnd(at position: Int) -> Int? { transcriptEnds[position] }

  /// Milliseconds until the next command, or until it notices its end; nil if it does not play.
  func wait(until now: ContinuousClock.Instant) -> Int? {
    guard isPlaying, let status else { return nil }
    guard let lastStart, !isRushing else { return 0 }
    let rate = FilmControl.speeds[speed] * (status.isTalk ? 4 : 1)
    let left = (lastStart + .seconds(1 / rate) - now) / .milliseconds(1)
    return max(0, Int(left.rounded(.up)))
  }

  /// What the screen says of it.
  var text: String {
    guard let status else { return "" }
    let place = "\(status.name) \(status.position)/\(status.count)"
    guard isActive else { return "\(place): replay goes on" }
    guard isPlaying else { return "\(place): Enter goes on" }
    let rate = FilmControl.speeds[speed]
    let pace = rate == .infinity ? "full speed" : rate < 1 ? "1 in \(Int(1 / rate)) s" : "\(Int(rate))/s"
    return "playing \(place), \(pace): space pauses"
  }
}
