import Debugger

// What becomes of a command once it has run: the log for `save`, the recording, the journal.

extension Interpreter {
  mutating func keepBeginning(of text: String) {
    log.begin()
    journal?.write(.begun, text)
  }

  mutating func keep(_ text: String) {
    noteLastStep()
    log.append(text)
    journal?.write(.accepted)
    wasKept()
  }

  mutating func keepFailed(_ mark: SessionLog.Mark) {
    log.goBack(to: mark)
    journal?.write(.failed)
    tellOfJournal()
  }

  /// An interrupted run is kept as what it came to: so many steps, and so many events of the next one. False if it
  /// came to nothing.
  mutating func keepInterrupted(since before: Session) -> Bool {
    noteLastStep()
    let text = session.way(from: before)
    if let text { log.append(text) }
    journal?.write(.instead, text ?? "")
    wasKept()
    return text != nil
  }

  /// Counts a step that was completed, and compares it with the recording that is being replayed.
  mutating func stepCompleted() {
    let isNoted = log.countStep(isDear: session.hasDearDigest)
    let isCompared = isPlaying && film?.verification.countStep() ?? false
    guard isNoted || isCompared, let digest = session.stateDigest else { return }
    if isNoted { log.note(digest) }
    guard isCompared, let difference = film?.verification.compare(digest) else { return }
    if let report = film?.report(isOver: false, difference) { emit(.replay(report)) }
    expectationFailed()
  }

  private mutating func noteLastStep() {
    if log.lacksLastStep, let digest = session.stateDigest { log.note(digest) }
  }

  private mutating func wasKept() {
    tellOfJournal()
    updateRecording()
  }

  mutating func updateRecording() {
    writeRecording { recording, log, session throws(CommandError) in try recording.update(log, session) }
  }

  mutating func flushRecording() {
    writeRecording { recording, log, session throws(CommandError) in try recording.flush(log, session) }
  }

  private mutating func writeRecording(
    _ write: (inout Recording, SessionLog, Session) throws(CommandError) -> Void
  ) {
    guard var changed = recording else { return }
    do throws(CommandError) {
      try write(&changed, log, session)
      recording = changed
    } catch {
      recording = nil
      emit(.warning("recording has ended: " + error.message))
    }
  }

  private func tellOfJournal() {
    if let trouble = journal?.takeTrouble() { emit(.warning(trouble)) }
  }
}

extension Session {
  /// The command that leads here from an earlier moment of the same session; nil if nothing happened.
  fileprivate func way(from before: Session) -> String? {
    let isSameBranch = timeline.current.name == before.timeline.current.name
    if isSameBranch, (step, eventsTaken) == (before.step, before.eventsTaken) {
      // A run that had only chosen its data.
      return configuration.dataset?.words == before.configuration.dataset?.words ? nil : "advance 0"
    }
    let steps = step - before.step
    if isSameBranch, steps > 0 || (steps == 0 && eventsTaken > before.eventsTaken) {
      let events = isInsideStep ? eventsTaken - (steps == 0 ? before.eventsTaken : 0) : 0
      return "advance \(steps):\(events)"
    }
    return "goto \(step):\(eventsTaken)"
  }
}
