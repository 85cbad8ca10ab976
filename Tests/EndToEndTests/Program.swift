import Foundation
import TestSupport

/// The program as it was built beside these tests.
enum Program {
  static let path = built("lorascope")

  /// Where a product of the package is.
  static func built(_ product: String) -> String {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(filePath: own).deletingLastPathComponent().appending(path: product).path
  }

  static func start(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> Child {
    let own = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"].merging(environment) { $1 }
    return try Child([path] + arguments, input: input, environment: own)
  }

  /// Runs it to its end.
  static func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> Child.Result {
    try start(arguments, input: input, environment: environment).wait()
  }

  /// Starts a script of bash in which `lorascope` is the program.
  static func startShell(_ script: String) throws -> Child {
    try Child(
      ["/bin/bash", "-c", "lorascope() { exec '\(path)' --no-init \"$@\"; }; " + script],
      environment: ["PATH": "/usr/bin:/bin"])
  }
}
