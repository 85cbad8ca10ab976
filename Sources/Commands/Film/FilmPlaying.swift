import Debugger

extension Interpreter {
  /// Puts a session on, to be played command by command. A recording begins with an empty session, and the present
  /// one is left for `recover`; any other script goes on from here.
  mutating func putOn(_ film: Film, fresh: Bool) throws(CommandError) {
    try checkNoFilm()
    if fresh { beginAnew() }
    self.film = film
    filmRequests += 1
  }

  /// Begins with an empty session inside the scripts that run. The present one is left for `recover`.
  mutating func beginAnew() {
    if !log.commands.isEmpty { journal?.replace() }
    let running = frames
    startOver(with: Session())
    frames = running
  }

  /// A session that is being played cannot put on another one, or itself.
  func checkNoFilm() throws(CommandError) {
    guard isPlaying else { return }
    throw CommandError("a session that is being played cannot do this; 'source FILE' runs another one's commands")
  }

  /// Opens a film for somebody who watches.
  public mutating func open(name: String, text: String) -> Outcome {
    do throws(CommandError) {
      let film = try Film(name: name, text: text)
      try putOn(film, fresh: film.verification.file.hasHeader)
      return .finished
    } catch {
      emit(.failure(Message.Failure(error, file: name)))
      return .failed
    }
  }

  /// Plays the film's next command. The film is gone after its last one. `depth` is how many scripts it is played by.
  public mutating func playNext(above depth: Int = 0) -> Outcome {
    guard let film else { return .finished }
    isPlaying = true
    defer { isPlaying = false }
    // The Enter after the film's end is not meant to step.
    repeatable = nil
    // A script that the last command began, and that paused.
    if frames.count > depth {
      let outcome = runFrames(downTo: depth)
      guard outcome == .finished else { return outcome }
      return finishFilm(ifOver: film)
    }
    guard !film.isOver else { return finishFilm(ifOver: film) }
    takeBackWhatWasCutOff()
    takeBackWhatWasTried()
    // Nobody goes back who does not watch.
    if isInteractive {
      let before = mark
      self.film?.remember(before)
    }
    let outcome = play(film.statements[film.position], of: film.name)
    // One that failed or was stopped is still the next one.
    guard outcome != .failed, outcome != .interrupted else {
      self.film?.isCutOff = true
      return outcome
    }
    self.film?.position += 1
    if film.putsBack {
      let after = mark
      self.film?.resting = after
    }
    guard outcome == .finished, let now = self.film else { return outcome }
    return finishFilm(ifOver: now)
  }

  private var mark: Film.Mark {
    Film.Mark(
      session: session, undoHistory: undoHistory, selection: selection, log: log.mark,
      failedExpectations: failedExpectations)
  }

  private mutating func goBack(to mark: Film.Mark) {
    (session, undoHistory, selection) = (mark.session, mark.undoHistory, mark.selection)
    failedExpectations = mark.failedExpectations
    log.goBack(to: mark.log)
    journal?.write(.kept, String(log.commands.count))
    updateRecording()
  }

  /// A command that was stopped is played again from its beginning, unless somebody has gone on from where it was.
  private mutating func takeBackWhatWasCutOff() {
    guard let film, film.isCutOff else { return }
    self.film?.isCutOff = false
    guard !film.isTouched, let (start, mark) = film.mark(before: film.position), start == film.position else { return }
    goBack(to: mark)
    self.film?.goBack(to: start)
  }

  private mutating func takeBackWhatWasTried() {
    if let resting = film?.resting { selection = resting.selection }
    guard let film, film.isTouched else { return }
    self.film?.isTouched = false
    guard let resting = film.resting else {
      self.film?.verification.isDiverted = true
      return
    }
    goBack(to: resting)
    emit(.note("what you tried is put back: the lesson goes on from where it was"))
  }

  private mutating func finishFilm(ifOver film: Film) -> Outcome {
    guard film.isOver else { return .finished }
    if let ending = film.ending {
      self.film = nil
      emit(.failure(ending))
      return .failed
    }
    conclude(film)
    film.ended(&self, film)
    return .finished
  }

  private mutating func conclude(_ film: Film) {
    self.film = nil
    let report = film.report(isOver: true)
    // A script without digests has nothing to tell of when it ends.
    if report.isVerified || (isInteractive && !film.putsBack) { emit(.replay(report)) }
    if report.missing > 0 { failedExpectations += 1 }
  }

  /// Plays all that is left, without anybody who watches; stops where a command fails.
  mutating func playToEnd() throws(CommandError) {
    let depth = frames.count
    while film != nil {
      switch playNext(above: depth) {
      case .finished, .paused: continue
      case .quit: if let film { conclude(film) }
      case .failed, .interrupted:
        film = nil
        throw .reported(isInterrupt: isInterrupted())
      }
    }
  }

  /// Goes to the moment before command `index`, counted from 0: back at once, forward by playing.
  public mutating func seek(to index: Int) -> Outcome {
    guard let film else { return .finished }
    let target = max(0, min(index, film.count))
    if target < film.position, let (start, mark) = film.mark(before: target) {
      goBack(to: mark)
      abandonScripts()
      self.film?.goBack(to: start)
      // What lies between the mark and the target was seen before.
      let emit = emit
      self.emit = { _ in }
      defer { self.emit = emit }
      return playOn(to: target)
    }
    return playOn(to: target)
  }

  private mutating func playOn(to target: Int) -> Outcome {
    while let film, film.position < target {
      let outcome = playNext()
      guard outcome == .finished || outcome == .paused else { return outcome }
    }
    return .finished
  }
}
