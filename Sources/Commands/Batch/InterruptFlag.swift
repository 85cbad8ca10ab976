import Glibc
import Synchronization

/// Set by Ctrl-C, asked for between events.
public enum InterruptFlag {
  private static let raised = Atomic<Bool>(false)

  public static var isRaised: Bool { raised.load(ordering: .relaxed) }
  public static func raise() { raised.store(true, ordering: .relaxed) }
  public static func lower() { raised.store(false, ordering: .relaxed) }

  /// Lets SIGINT raise the flag. A read that waits for input is not taken up again, so it ends too.
  public static func catchSignal() {
    lower()
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in InterruptFlag.raise() }
    sigaction(SIGINT, &action, nil)
    // A parent's thread pool may have handed it down blocked.
    var interrupt = sigset_t()
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    sigprocmask(SIG_UNBLOCK, &interrupt, nil)
  }
}
