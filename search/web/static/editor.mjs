// Yasgui over our endpoint. Queries are kept in the browser; nothing is asked of any other address.
const place = document.querySelector("[data-endpoint]");
const endpoint = new URL(place.dataset.endpoint, document.baseURI).href;

// Yasgui's tables write a style element unless one of this name is there; editor.css has the rules instead.
const written = document.createElementNS(null, "style"); // of no namespace, and so no stylesheet
written.gripid = "573462389";
document.head.append(written);

place.hidden = false;
new window.Yasgui(place, {
  requestConfig: { endpoint, method: "GET" },
  copyEndpointOnNewTab: false,
  endpointCatalogueOptions: { getData: () => [{ endpoint }] },
  yasqe: { value: place.dataset.query, createShareableLink: null },
});
