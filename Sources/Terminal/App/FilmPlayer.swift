import Commands
import Screen

// The film that is on, from the terminal's side: its keys, when its next command is started, what came of it.

extension TerminalApp {
  func pauseFilm() {
    guard film.isPlaying else { return }
    film.pause()
    showActivity()
  }

  func apply(_ action: FilmControl.Action) {
    switch action {
    case .toggle: film.isPlaying ? film.pause() : film.play()
    case .goOn: film.isPlaying ? film.rush() : film.play()
    case .move(let commands): seek(to: film.place + commands)
    case .faster: film.changeSpeed(by: 1)
    case .slower: film.changeSpeed(by: -1)
    case .leave:
      film.leave()
      append(ScreenState.Line("the prompt is yours, the session as it is; 'replay' goes on with the film", .note))
    case .seek(let index): seek(to: index)
    }
    showActivity()
  }

  /// Keys that are pressed while a command runs move the goal; the way there is gone once.
  private func seek(to index: Int) {
    film.pause()
    film.goal = max(0, min(index, film.status?.count ?? 0))
    if running == 0 { startFilm(.seek(film.place)) }
  }

  func startFilm(_ job: InterpreterWorker.Job) {
    film.started(transcriptEnd: linesDropped + state.transcript.count)
    start(job)
  }

  /// Takes note of what a job has made of the film.
  func follow(
    _ status: InterpreterWorker.FilmStatus?, _ outcome: Interpreter.Outcome, after job: InterpreterWorker.Job
  ) {
    let before = film.status
    film.status = status
    guard let status else {
      if before != nil { film.end() }
      return
    }
    if before?.request != status.request {
      // A new one, or `replay` for the one that was left.
      status.position == 0 ? begin(status) : film.play()
    } else if case .seek = job, let end = film.transcriptEnd(at: status.position), let before,
      status.position < before.position
    {
      state.transcript.removeLast(max(0, min(state.transcript.count, linesDropped + state.transcript.count - end)))
    }
    if outcome != .finished { film.pause() }
    if outcome != .finished, outcome != .paused { film.goal = nil }
    if film.goal == status.position { film.goal = nil }
    if let goal = film.goal, running == 1 { startFilm(.seek(goal)) }
  }

  private func begin(_ status: InterpreterWorker.FilmStatus) {
    state.name = status.name
    film.begin()
  }
}
