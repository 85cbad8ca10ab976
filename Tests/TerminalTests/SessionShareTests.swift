import Testing

@testable import Terminal

@Suite("What may be shown of a running command")
struct SessionShareTests {
  private let start = ContinuousClock.now

  /// A session that took so long to show.
  private func shown(in cost: Duration) -> SessionShare {
    var share = SessionShare()
    share.begin(start)
    share.end(start + cost)
    return share
  }

  @Test("a cheap one is shown every time, the first one in any case")
  func cheap() {
    #expect(SessionShare().allows(start))
    #expect(shown(in: .milliseconds(5)).allows(start + .milliseconds(5)))
  }

  @Test("a dear one waits, so that it takes a tenth of the time")
  func dear() {
    let share = shown(in: .milliseconds(100))
    #expect(!share.allows(start + .milliseconds(101)))
    #expect(!share.allows(start + .milliseconds(1099)))
    #expect(share.allows(start + .milliseconds(1100)))
  }

  @Test("what is not on the screen yet counts from its beginning, and an end without a beginning changes nothing")
  func pairs() {
    var share = SessionShare()
    share.begin(start)
    share.begin(start + .milliseconds(90))
    share.end(start + .milliseconds(100))
    #expect(!share.allows(start + .milliseconds(500)))
    share.end(start + .milliseconds(2000))
    #expect(share.allows(start + .milliseconds(1100)))
  }
}
