/** All one-line faults, each with the test that must see it. What no test sees is a missing test. */
import { deliveryMutants } from './delivery.ts'
import type { Mutant } from './mutant.ts'
import { otherMutants } from './other.ts'

export const mutants: readonly Mutant[] = [...deliveryMutants, ...otherMutants]
