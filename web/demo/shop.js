// The demo shop's cart and what it tells the tracker. All it needs to know stands in attributes of the page; the cart stays in the browser.
(() => {
  const find = selector => document.querySelector(selector);
  // A blocker may have kept the tracker out: the shop works all the same.
  const tell = (name, options) => window.sightline?.(name, options);
  const euro = amount => "€" + amount.toFixed(2);

  const cart = {
    read() {
      try {
        return JSON.parse(localStorage.demo_cart || "[]");
      } catch {
        return [];
      }
    },
    write(lines) {
      localStorage.demo_cart = JSON.stringify(lines);
      showCount();
    },
  };
  const total = lines => lines.reduce((sum, line) => sum + line.price, 0);

  const showCount = () => {
    const lines = cart.read();
    find("#count").textContent = lines.length ? "(" + lines.length + ")" : "";
  };

  const showCart = body => {
    const lines = cart.read();
    body.replaceChildren(
      ...lines.map((line, index) => {
        const row = document.createElement("tr");
        const name = document.createElement("td");
        name.textContent = line.name;
        const price = document.createElement("td");
        price.textContent = euro(line.price);
        const take = document.createElement("td");
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = "Remove";
        button.onclick = () => {
          cart.write(cart.read().filter((_, at) => at !== index));
          tell("remove_from_cart", { props: { product: line.product } });
          showCart(body);
        };
        take.append(button);
        row.append(name, price, take);
        return row;
      }),
    );
    find("#empty").hidden = lines.length > 0;
    find("#full").hidden = lines.length === 0;
    find("#total").textContent = euro(total(lines));
  };

  showCount();

  const add = find("[data-add]");
  if (add)
    add.onclick = () => {
      const { add: product, name, category, price } = add.dataset;
      cart.write([...cart.read(), { product, name, price: Number(price) }]);
      tell("add_to_cart", { props: { product, category, price: Number(price) } });
      find("#added").hidden = false;
    };

  const body = find("#cart tbody");
  if (body) {
    showCart(body);
    find("#begin").onclick = () => tell("begin_checkout", { props: { items: cart.read().length, total: total(cart.read()) } });
  }

  const pay = find("#pay");
  if (pay)
    pay.onsubmit = () => {
      sessionStorage.demo_paid = pay.querySelector(":checked")?.value || "card";
    };

  const order = find("#order");
  const lines = cart.read();
  // Paid a moment ago, and not a reload of the page: an order counts once.
  if (order && sessionStorage.demo_paid && lines.length) {
    const id = "demo-" + Date.now().toString(36);
    tell("purchase", {
      revenue: { amount: total(lines).toFixed(2), currency: "EUR" },
      props: { items: lines.length, payment: sessionStorage.demo_paid },
      id,
    });
    order.textContent = "Order " + id + " over " + euro(total(lines)) + ". Nothing will be sent, and nothing is owed.";
    delete sessionStorage.demo_paid;
    cart.write([]);
  }

  const search = find("[data-search]");
  if (search?.dataset.search) tell("search", { props: { words: search.dataset.search, results: Number(search.dataset.results) } });

  const signup = find("#signup");
  if (signup)
    signup.onsubmit = event => {
      event.preventDefault();
      tell("signup", { props: { newsletter: find("#newsletter").checked } });
      signup.hidden = true;
      find("#welcome").hidden = false;
    };
})();
