// Deploy a ledger from Hardhat's own artifacts, for contract developers; `python -m scripts.deploy` does the same without a compiler.
// Same founders' file, same deployment file, same order of transactions.
//
//   npx hardhat compile
//   TRACELEDGER_RPC=http://127.0.0.1:8545 FOUNDERS=founders.json THRESHOLD=2 OUT=deployment.json \
//     npx hardhat run scripts/hardhat/deploy.js --network consortium
//
// A fresh key deploys, which has no power over what it deployed; DEPLOYER_KEY (hex) names another where gas costs.
import { readFile, writeFile } from "node:fs/promises";
import { BrowserProvider, ContractFactory, NonceManager, Wallet, ZeroAddress } from "ethers";
import { artifacts, network } from "hardhat";

const ROLES = { writer: 1, auditor: 2, operator: 4 };
const FREE = { type: 0, gasPrice: 0 }; // legacy transactions without price, as on every chain of ours

const required = (name) => process.env[name] ?? fail(`set ${name}; see the head of scripts/hardhat/deploy.js`);
const fail = (message) => {
  throw new Error(message);
};

async function create(signer, name, ...args) {
  const { abi, bytecode } = await artifacts.readArtifact(name);
  const contract = await new ContractFactory(abi, bytecode, signer).deploy(...args, FREE);
  return contract.waitForDeployment();
}

// A Safe proxy, created and set up in one transaction so that nobody else can set it up.
async function createCouncil(signer, owners, threshold) {
  const singleton = await create(signer, "SafeL2");
  const factory = await create(signer, "SafeProxyFactory");
  const setup = [owners, threshold, ZeroAddress, "0x", ZeroAddress, ZeroAddress, 0, ZeroAddress];
  const data = singleton.interface.encodeFunctionData("setup", setup);
  const sent = await factory.createProxyWithNonce(await singleton.getAddress(), data, 0, FREE);
  const { logs } = await sent.wait();
  return logs.map((log) => factory.interface.parseLog(log)).find((log) => log?.name === "ProxyCreation").args.proxy;
}

const roleBits = (roles) => roles.reduce((bits, role) => bits | (ROLES[role] ?? fail(`unknown role ${role}`)), 0);

const founders = JSON.parse(await readFile(required("FOUNDERS"), "utf8"));
const { provider } = await network.create();
const chain = new BrowserProvider(provider, undefined, { pollingInterval: 100, cacheTimeout: -1 });
const deployer = new NonceManager(process.env.DEPLOYER_KEY ? new Wallet(process.env.DEPLOYER_KEY, chain) : Wallet.createRandom(chain));

const council = await createCouncil(deployer, founders.map((founder) => founder.governor), Number(required("THRESHOLD")));
const entries = founders.map(({ name, endpoint = "", roles, signers = [] }) => ({ name, endpoint, roles: roleBits(roles), signers }));
const members = await create(deployer, "Members", council, entries);
const ledger = await create(deployer, "Ledger", await members.getAddress());

const deployment = {
  chainId: Number((await chain.getNetwork()).chainId),
  genesis: (await chain.getBlock(0)).hash,
  ledger: (await ledger.getAddress()).toLowerCase(),
  members: (await members.getAddress()).toLowerCase(),
  council: council.toLowerCase(),
  block: (await members.deploymentTransaction().wait()).blockNumber,
};
await writeFile(required("OUT"), JSON.stringify(deployment, null, 2) + "\n", { flag: "wx" });
console.log(process.env.OUT);
