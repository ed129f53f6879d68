import { hrefOf, parseRoute, type Route } from './routes.ts';

/** Follows the address bar. Screens navigate by plain links wherever they can. */
export class Router {
  #route = $state.raw<Route>({ name: 'studies' });

  get route(): Route {
    return this.#route;
  }

  /** Starts to listen; returns its clean-up. */
  start(): () => void {
    const read = () => {
      this.#route = parseRoute(location.hash);
    };
    read();
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }

  go(route: Route): void {
    location.hash = hrefOf(route);
  }

  /** Goes there without a step in the history: after a wizard is done, 'back' shall not return into it. */
  replace(route: Route): void {
    location.replace(hrefOf(route));
  }
}
