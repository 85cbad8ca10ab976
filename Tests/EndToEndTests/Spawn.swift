import Foundation

/// posix_spawnp() with Swift's strings. The actions and attributes are done with afterwards.
func spawn(
  _ arguments: [String], _ environment: [String: String], _ actions: inout posix_spawn_file_actions_t,
  _ attributes: inout posix_spawnattr_t
) -> (processID: pid_t, code: Int32) {
  var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
  var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
  defer {
    (words + variables).forEach { free($0) }
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
  }
  var id: pid_t = 0
  let code = posix_spawnp(&id, arguments[0], &actions, &attributes, &words, &variables)
  return (id, code)
}
