extension Cause {
  static let all: [Cause] = [
    Cause("trainer-clipping", PackageResources.trainer_clipping_session)
  ]
}
