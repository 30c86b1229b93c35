import { defineConfig } from "vite";

export default defineConfig({
  root: "frontend",
  base: "/static/built/",
  build: {
    outDir: "../src/jingpiao/ui/static/built",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { main: "frontend/main.js" },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
});
