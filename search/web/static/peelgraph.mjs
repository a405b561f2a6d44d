// The one script of every page: the menu on small screens. Everything works without it.
import { ServiceNavigation } from "./vendor/service-navigation.mjs";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const element of document.querySelectorAll('[data-module="govuk-service-navigation"]')) {
  new ServiceNavigation(element);
}
// a form sends only what was filled in, so that addresses stay short
for (const form of document.querySelectorAll("form[data-short]")) {
  form.addEventListener("formdata", (event) => {
    for (const name of [...event.formData.keys()]) {
      const kept = event.formData.getAll(name).filter((value) => value !== "");
      event.formData.delete(name);
      for (const value of kept) event.formData.append(name, value);
    }
  });
}
