import Commands
import Debugger
import TestSupport
import Testing

@Suite("Fuzzing expressions") struct ExpressionFuzzTests {
  @Test("any text is an expression with a value, or one error at a place inside it")
  func expressions() throws {
    let plan = FuzzPlan(.expressions, standard: 100_000)
    let worlds = try FuzzWorld.all(in: TemporaryFolder()).map {
      (grammar: $0.grammar.expressions, evaluation: Evaluation($0.interpreter.session))
    }
    let journal = FuzzJournal()
    defer { journal.close() }
    var (values, errors, unparsed) = (0, 0, 0)
    for number in plan.numbers {
      var random = SplitMix64(seed: plan.seed, stream: number)
      let world = worlds[number % worlds.count]
      let text = input(world.grammar, &random)
      switch journal.trying(number, plan, text, { attempt(text, world.evaluation) }) {
      case .value: values += 1
      case .error: errors += 1
      case .unparsed: unparsed += 1
      case .fault(let fault):
        Issue.record("\(fault)\n\(plan.reproduction(number)): \(String(reflecting: text))")
      }
    }
    #expect(journal.slowest.time < FuzzJournal.limit, "\(journal.slowest.description)")
    print("expressions: \(values) with a value, \(errors) without, \(unparsed) unparsed; slowest \(journal.slowest)")
    // A generator of nonsense alone would find nothing behind the parser.
    guard plan.count >= 1000 else { return }
    #expect(values > plan.count / 20 && errors > plan.count / 20 && unparsed > plan.count / 20)
  }

  private func input(_ grammar: ExpressionGrammar, _ random: inout SplitMix64) -> String {
    switch random.below(100) {
    case 0: grammar.tower(&random)
    case 1...4: Mutation.noise(&random)
    case 5...40: Mutation.mutated(grammar.text(&random), with: grammar.text(&random), &random)
    default: grammar.text(&random, depth: 1 + random.below(4))
    }
  }

  private enum Outcome {
    case value, error, unparsed
    case fault(String)
  }

  private func attempt(_ text: String, _ evaluation: Evaluation) -> Outcome {
    let expression: Expression
    do throws(DebuggerError) {
      expression = try ExpressionParser.parse(text)
    } catch {
      return fault(error, text).map { .fault($0) } ?? .unparsed
    }
    do throws(DebuggerError) {
      let value = try evaluation.evaluate(expression)
      return FuzzJudge.fault(.printed(expression: text, value, .standard)).map { .fault($0) } ?? .value
    } catch {
      return fault(error, text).map { .fault($0) } ?? .error
    }
  }

  private func fault(_ error: DebuggerError, _ text: String) -> String? {
    if error.message.isEmpty { return "an error that says nothing" }
    guard let range = error.range else { return nil }
    return range.lowerBound >= 0 && range.upperBound <= text.count
      ? nil : "an error at \(range) of \(text.count): \(error.message)"
  }
}
