import { render } from "preact";
import { App } from "./app.tsx";
import { StoreContext } from "./client/context.ts";
import { startStore } from "./client/store.ts";
import "./styles/index.css";

const root = document.getElementById("app")!;

try {
  const store = await startStore();
  render(
    <StoreContext.Provider value={store}>
      <App />
    </StoreContext.Provider>,
    root,
  );
} catch (error) {
  render(
    <p class="quiet-note">The sandbox does not answer: {String(error)}. Reload the page when it runs again.</p>,
    root,
  );
}
