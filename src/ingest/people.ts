/** Accounts looked up before, in the store: what a network's names cost is paid once in `xPersonMs`. */
import type { SourceName } from '../domain/post.ts'
import type { Clock } from '../kit/clock.ts'
import { xPersonMs } from '../limits.ts'
import type { People } from '../source/source.ts'
import type { Store } from '../store/store.ts'

/** One that was looked up too long ago is not known any more: names and pictures change. */
export function peopleIn(store: Pick<Store, 'people' | 'rememberPeople'>, source: SourceName, clock: Clock): People {
  return {
    async known(ids) {
      const found = await store.people(source, ids)
      return found.filter(({ at }) => clock.now() - at < xPersonMs).map(({ account }) => account)
    },
    remember: accounts => store.rememberPeople(accounts, clock.now()),
  }
}
