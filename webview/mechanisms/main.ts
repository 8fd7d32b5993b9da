import './main.css';
import './mechanismsPanel';
