// The keys go to the interface as soon as it is seen; once it has ended, to the button that opens it again.
"use strict";

const again = document.getElementById("again");
again.addEventListener("click", () => window.location.assign("/"));
new MutationObserver(() => {
  const now = document.body.classList;
  if (now.contains("-closed")) again.focus();
  else if (now.contains("-first-byte")) document.querySelector(".xterm-helper-textarea")?.focus();
}).observe(document.body, { attributeFilter: ["class"] });
