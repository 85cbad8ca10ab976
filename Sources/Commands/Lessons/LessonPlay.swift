/// The lesson that is being played.
struct LessonPlay: Sendable {
  let lesson: Lesson
  /// Expectations that had failed before it began, or that its reader tried out.
  var failedBefore: Int
  /// How it was at the pause that it waits at.
  var pause: (undoDepth: Int, failed: Int)?
}

extension Interpreter {
  /// Begins a lesson in place of the script that waits, if one does.
  mutating func play(_ lesson: Lesson) throws(CommandError) {
    try checkDepth()
    if fileInProgress == nil { endWaitingScripts() }
    lessonPlay = LessonPlay(lesson: lesson, failedBefore: failedExpectations)
    push(ScriptFrame(name: lesson.file, text: lesson.text))
  }

  /// A script has come to its end: if it is the lesson's, and all that it expected held, the lesson is done.
  mutating func scriptEnded(_ name: String?) {
    guard let play = lessonPlay, name == play.lesson.file else { return }
    lessonPlay = nil
    guard failedExpectations == play.failedBefore else {
      emit(.note("lesson \(play.lesson.number) is not done: not all that it expects held"))
      return
    }
    if let trouble = lessonProgress.add(play.lesson, folder: stateFolder) { emit(.note(trouble)) }
    let done = lessonProgress.done(folder: stateFolder).names.count
    emit(
      .note(
        "lesson \(play.lesson.number) is done; \(done) of \(Lesson.all.count) are."
          + (done < Lesson.all.count ? " 'lessons next' plays the next." : "")))
  }

  /// A lesson waits for its reader, who may try things meanwhile.
  mutating func lessonPaused() {
    guard let file = lessonPlay?.lesson.file, fileInProgress == file else { return }
    let now = (undoDepth: undoForgotten + undoHistory.count, failed: failedExpectations)
    lessonPlay?.pause = now
  }

  /// It goes on from where it paused: what was tried meanwhile is undone, as the lesson's next commands rely on it.
  mutating func lessonResumes() {
    guard let play = lessonPlay, let pause = play.pause, fileInProgress == play.lesson.file else { return }
    let tried = failedExpectations - pause.failed
    lessonPlay?.pause = nil
    lessonPlay?.failedBefore += tried
    let changes = min(undoForgotten + undoHistory.count - pause.undoDepth, undoHistory.count)
    guard changes > 0 else { return }
    // As commands, so that whoever keeps a list of them has these too.
    push(ScriptFrame(name: nil, text: String(repeating: "undo\n", count: changes)))
  }
}
