// What a notebook loads of an explorer first: little, and its module once there is something to show.
//
// anywidget gives up on a widget whose module is not there within two seconds. A browser that starts
// many explorers at once may need longer; for what `render` waits for, there is no such limit.

/** The text of the explorer's own module: `for_notebooks` puts it here. */
const MODULE = "";

async function load() {
  const address = URL.createObjectURL(new Blob([MODULE], { type: "text/javascript" }));
  try {
    return (await import(address)).default;
  } finally {
    URL.revokeObjectURL(address);
  }
}

let loading; // once, for each view of it; anew for the next one where it failed

export default {
  async render(context) {
    loading ??= load().catch((error) => {
      loading = undefined;
      throw error;
    });
    return (await loading).render(context);
  },
};
