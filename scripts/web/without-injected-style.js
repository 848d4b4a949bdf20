// OpenSeadragon writes a <style> element into the page, which a content-security policy without 'unsafe-inline' refuses
// with an error in the console. The rule is in the viewer's own style sheet; here the injection is taken out.

const INJECTION = "if (!document.querySelector('style[data-openseadragon-mobile-css]'))";

/** A plugin of vite. Fails when OpenSeadragon no longer holds the injection, so that nobody carries it in vain. */
export function withoutInjectedStyle() {
  return {
    name: "lowmag:without-injected-style",
    transform(code, id) {
      if (!/[\\/]openseadragon[\\/]build[\\/].*\.js(\?.*)?$/.test(id)) return null;
      if (!code.includes(INJECTION)) {
        this.error(
          "OpenSeadragon has changed: look for a new injection of styles, or take this plugin away.",
        );
      }
      return { code: code.replace(INJECTION, "if (false)"), map: null };
    },
  };
}
