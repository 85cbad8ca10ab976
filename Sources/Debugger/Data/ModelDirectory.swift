import Models
import Tensors

extension Session {
  /// `load model DIR`: a Hugging Face directory. `progress` is told bytes of how many, and stops it by returning
  /// false; the session is then to be thrown away.
  public mutating func loadModel(
    _ directory: String, progress: @escaping (_ done: Int, _ total: Int) -> Bool
  ) throws(DebuggerError) -> [String] {
    let dtype = configuration.dtype
    let (model, cautions) = try DebuggerError.wrap { () throws(ModelError) in
      let model = try HuggingFaceModel(directory: directory)
      let needed = model.checkpoint.bytes(convertedTo: dtype)
      guard needed < physicalMemory / 4 * 3 else {
        throw ModelError(
          "\(directory) in \(dtype.rawValue) takes \(needed >> 30) GiB, this machine has \(physicalMemory >> 30); "
            + "write first: set dtype \(model.checkpoint.storedDTypes.first?.rawValue ?? "bfloat16")")
      }
      return (model, try model.load(dtype: dtype, progress: progress))
    }
    var notes = cautions.map { "warning: " + $0 }
    let others = model.checkpoint.storedDTypes.filter { $0 != dtype }.map(\.rawValue)
    if !others.isEmpty {
      notes.append(
        "the files hold \(others.joined(separator: " and ")) numbers; they are computed with in \(dtype.rawValue), as after "
          + "from_pretrained(DIR, dtype=torch.\(dtype.rawValue)) (to keep them: set dtype \(others[0]))")
    }
    notes += try configure { $0.start(model) }
    return ["\(model.title): \(model.checkpoint.parameterCount) parameters from \(model.directory)"] + notes
  }
}
