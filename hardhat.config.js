// Hardhat for contract developers: compiles the same sources with the same settings, to the same bytes, as `python -m scripts.compile`
// (tests/contracts/test_artifacts.py holds the two against each other). The compiler is the npm package, so nothing is downloaded.
//
//   npx hardhat compile
//   TRACELEDGER_RPC=http://127.0.0.1:8545 npx hardhat run scripts/hardhat/deploy.js --network consortium
import { createRequire } from "node:module";
import { defineConfig } from "hardhat/config";

const soljson = createRequire(import.meta.url).resolve("solc/soljson.js"); // Hardhat wants an absolute path
const safe = "@safe-global/safe-smart-account/contracts";

export default defineConfig({
  solidity: {
    npmFilesToBuild: [`${safe}/SafeL2.sol`, `${safe}/proxies/SafeProxy.sol`, `${safe}/proxies/SafeProxyFactory.sol`],
    compilers: [
      {
        version: "0.8.37",
        path: soljson,
        settings: {
          evmVersion: "london", // the newest rules that every named engine has
          metadata: { bytecodeHash: "none" }, // equal bytes whatever the sources' paths
          optimizer: { enabled: true, runs: 200 },
        },
      },
    ],
  },
  networks: {
    consortium: { type: "http", url: process.env.TRACELEDGER_RPC ?? "http://127.0.0.1:8545" },
  },
});
