import COpenBLAS
import Dispatch
import Synchronization

/// 0 as long as nobody has said a number.
private let threadCount = Atomic(0)

/// How many threads kernels may use. Only a matrix product's last bits can depend on it: what else is divided among
/// threads is computed number by number, or row by row, as by one.
public func setThreads(_ count: Int) {
  let count = max(count, 1)
  if threadCount.exchange(count, ordering: .relaxed) != count { openblas_set_num_threads(Int32(clamping: count)) }
}

/// Below so many elements a thread takes longer to wake up than to do its part.
private let leastShared = 1 << 15

/// Divides the rows below `count` among the threads, if there is enough to do: `elements` numbers in all. What is
/// done to single numbers must be written out in `body`: a closure in it would be called for each of them.
@inline(__always)
func inParts(_ count: Int, elements: Int, _ body: (Range<Int>) -> Void) {
  if elements < leastShared { return body(0..<count) }
  shareOut(count, body)
}

@inline(never)
private func shareOut(_ count: Int, _ body: (Range<Int>) -> Void) {
  let parts = threadCount.load(ordering: .relaxed)
  if parts <= 1 { return body(0..<count) }
  withoutActuallyEscaping(body) { body in
    // Safe: each part writes where no other one reads or writes.
    nonisolated(unsafe) let body = body
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      body((count * part / parts)..<(count * (part + 1) / parts))
    }
  }
}

/// The same for work that consists of many small matrix products, each of which then has one thread.
func inPartsWithProducts(_ count: Int, elements: Int, _ body: (Range<Int>) -> Void) {
  let threads = threadCount.load(ordering: .relaxed)
  if threads <= 1 { return body(0..<count) }
  openblas_set_num_threads(1)
  inParts(count, elements: elements, body)
  openblas_set_num_threads(Int32(clamping: threads))
}
